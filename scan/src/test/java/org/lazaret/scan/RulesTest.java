package org.lazaret.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RulesTest {
    private static final Pattern LITERAL = Pattern.compile("\"([a-z0-9]+(?:\\.[a-z0-9-]+)+\\.?)\"");
    private static final Path SOURCES = Path.of("src/main/java");

    private final Rules rules = Rules.load();

    @Test
    void everyRuleShouldBeNamedInTheCode() {
        Set<String> literals = literals();

        assertThat(rules.all()).extracting(Rules.Rule::id).allSatisfy(id ->
                assertThat(literals).as(id).anyMatch(literal -> literal.equals(id) || literal.endsWith(".") && id.startsWith(literal)));
    }

    @Test
    void everyIdInTheCodeShouldStandInTheTable() {
        Set<String> ids = rules.all().stream().map(Rules.Rule::id).collect(Collectors.toSet());
        Set<String> families = ids.stream().map(id -> id.substring(0, id.indexOf('.') + 1)).collect(Collectors.toSet());

        Set<String> literals = new TreeSet<>();
        collect(SOURCES, literals);

        assertThat(literals).filteredOn(literal -> families.stream().anyMatch(literal::startsWith) && !literal.endsWith(".tsv"))
                .allSatisfy(literal -> assertThat(ids).as(literal)
                        .anyMatch(id -> id.equals(literal) || literal.endsWith(".") && id.startsWith(literal)));
    }

    @Test
    void ruleShouldThrowWhenTheIdIsUnknown() {
        assertThatThrownBy(() -> rules.rule("no.such")).isInstanceOf(IllegalStateException.class).hasMessageContaining("no.such");
    }

    @Test
    void parseShouldNameTheLineWhenAnIdComesTwice() {
        assertThatThrownBy(() -> Rules.parse("a.b\t1\tf\ts\t\n#\na.b\t1\tf\ts\t\n")).hasMessage("rules.tsv line 3: a.b comes twice");
    }

    @Test
    void parseShouldNameTheLineWhenAWeightIsNone() {
        assertThatThrownBy(() -> Rules.parse("a.b\t11\tf\ts\t\n")).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("rules.tsv line 1");
    }

    @Test
    void versionShouldChangeWhenAWeightChanges() {
        assertThat(Rules.parse("a.b\t1\tf\ts\n").version()).isNotEqualTo(Rules.parse("a.b\t2\tf\ts\n").version());
    }

    @Test
    void everyRuleShouldTellPeopleWhatItIs() {
        assertThat(rules.all()).allSatisfy(rule -> {
            assertThat(rule.sentence()).as(rule.id()).isNotBlank();
            assertThat(rule.family()).as(rule.id()).isNotBlank();
        });
    }

    private static Set<String> literals() {
        Set<String> literals = new TreeSet<>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            modules.map(module -> module.resolve(SOURCES)).filter(Files::isDirectory).forEach(sources -> collect(sources, literals));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return literals;
    }

    private static void collect(Path sources, Set<String> literals) {
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                Matcher matcher = LITERAL.matcher(Files.readString(file));
                while (matcher.find()) {
                    literals.add(matcher.group(1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
