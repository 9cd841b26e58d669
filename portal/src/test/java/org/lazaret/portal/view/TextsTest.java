package org.lazaret.portal.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.language.Texts;
import org.lazaret.portal.Portal;
import org.lazaret.quarantine.State;
import org.lazaret.scan.Rules;
import org.lazaret.scan.Unscannable;

class TextsTest {
    /** Keys that are put together from these and a name. */
    private static final Pattern COMPOSED = Pattern.compile(
        "(finding|state|decided|obstacle|score|type|error|link|form|failed|mode|unavailable|title|admin\\.(?:kind|span|work|done|choice|field|role"
            + "|bulk|filter\\.wrong|list\\.done|list\\.effect|auditor|section|setting|draft))\\..*");

    private final Texts texts = Texts.load(Portal.class, "texts").get(Language.EN);

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String folder : new String[] {"src/main/jte", "src/main/java"}) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    all.append(Files.readString(file)).append('\n');
                }
            }
        }
        return all.toString();
    }

    @Test
    void everyTextThatIsAskedForShouldExist() throws Exception {
        Set<String> asked = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\bsay\\((?:[^()\"]*\\? )?\"([a-z0-9.-]+)\"(?: : \"([a-z0-9.-]+)\")?[,)]").matcher(sources());
        while (matcher.find()) {
            asked.add(matcher.group(1));
            if (matcher.group(2) != null) {
                asked.add(matcher.group(2));
            }
        }

        assertThat(asked).hasSizeGreaterThan(60).allMatch(texts::knows);
    }

    @Test
    void everyTextShouldBeAskedFor() throws Exception {
        String sources = sources();

        assertThat(texts.keys()).filteredOn(key -> !COMPOSED.matcher(key).matches()).allMatch(key -> sources.contains("\"" + key + "\""));
    }

    @Test
    void everyStateAndObstacleShouldHaveWords() {
        for (State state : State.values()) {
            String name = state.name().toLowerCase();
            assertThat(texts.knows("state." + name)).as(name).isTrue();
            assertThat(state == State.HELD || texts.knows("decided." + name)).as(name).isTrue();
        }
        for (Unscannable.Reason reason : Unscannable.Reason.values()) {
            assertThat(texts.knows("obstacle." + reason.name().toLowerCase())).as(reason.name()).isTrue();
        }
    }

    @Test
    void valuesShouldBePutInOnce() {
        assertThat(texts.say("state.some", "{1}", 2, 3)).isEqualTo("{1} (2 of 3)");
        assertThatThrownBy(() -> texts.say("no.such.text")).isInstanceOf(IllegalStateException.class).hasMessageContaining("no.such.text");
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void everyLanguageShouldHaveTheKeysAndPlaceholdersOfEnglish(Language language) {
        Texts own = Texts.load(Portal.class, "texts").get(language);
        // Administrators' pages are in English.
        Set<String> keys = texts.keys().stream().filter(key -> language == Language.EN || !key.matches("(admin|technical)\\..*|title\\.admin.*"))
            .collect(Collectors.toCollection(TreeSet::new));

        assertThat(new TreeSet<>(own.keys())).isEqualTo(keys);
        for (String key : keys) {
            assertThat(placeholders(own, key)).as(key).isEqualTo(placeholders(texts, key));
            assertThat(own.say(key, "{0}", "{1}", "{2}")).as(key).isNotBlank().doesNotContain("\t", "  ");
        }
    }

    private static Set<String> placeholders(Texts texts, String key) {
        return Pattern.compile("\\{\\d}").matcher(texts.say(key, "{0}", "{1}", "{2}")).results().map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyFamilyOfRulesShouldHaveAMeaning() {
        assertThat(Rules.load().all()).extracting(rule -> rule.id().substring(0, rule.id().indexOf('.'))).filteredOn(
            family -> !Set.of("svg", "card", "xml").contains(family)).allMatch(family -> texts.knows("finding." + family));
    }
}
