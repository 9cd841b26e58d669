package org.lazaret.portal.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lazaret.quarantine.State;
import org.lazaret.scan.Unscannable;

class TextsTest {
    /** Keys that are put together from these and a name. */
    private static final Pattern COMPOSED = Pattern.compile("(state|decided|obstacle|score|type|error|link|form|failed|mode|unavailable|title)\\..*");

    private final Texts texts = new Texts();

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
}
