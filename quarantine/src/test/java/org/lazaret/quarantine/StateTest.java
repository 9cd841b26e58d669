package org.lazaret.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StateTest {
    @Test
    void documentationShouldListExactlyTheTransitions() throws Exception {
        Matcher row = Pattern.compile("(?m)^\\| ([A-Z]+) \\| ([A-Z]+) \\| \\S").matcher(Files.readString(Path.of("../docs/lifecycle.md")));
        Set<String> documented = new TreeSet<>();
        while (row.find()) {
            assertThat(documented.add(row.group(1) + " " + row.group(2))).as(row.group()).isTrue();
        }

        Set<String> coded = new TreeSet<>();
        State.TRANSITIONS.forEach((from, nexts) -> nexts.forEach(next -> coded.add(from + " " + next)));
        assertThat(documented).isEqualTo(coded);
    }

    @Test
    void tableShouldNameEveryStateAndNeverLeadBackFromExpired() {
        assertThat(State.TRANSITIONS).containsOnlyKeys(State.values());
        for (State from : State.values()) {
            if (from == State.EXPIRED) {
                assertThat(State.TRANSITIONS.get(from)).as("from %s", from).isEmpty();
            }
        }
    }
}
