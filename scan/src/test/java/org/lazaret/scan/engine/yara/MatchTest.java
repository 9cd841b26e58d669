package org.lazaret.scan.engine.yara;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.scan.engine.yara.Match.Meta;

class MatchTest {
    private static final String FILE = "/dev/stdin";

    @Test
    void parseShouldTakeRuleAndMetadata() throws Exception {
        assertThat(Match.parse("f0:Bad_1 [score =75,low=-5,high=80,yes=true,no=false,empty=\"\",text=\"a b\"] " + FILE, FILE))
            .isEqualTo(new Match("f0", "Bad_1", List.of(new Meta("score", "75"), new Meta("low", "-5"), new Meta("high", "80"),
                new Meta("yes", "true"), new Meta("no", "false"), new Meta("empty", ""), new Meta("text", "a b"))));
        assertThat(Match.parse("ns:_r [] " + FILE, FILE)).isEqualTo(new Match("ns", "_r", List.of()));
    }

    @Test
    void parseShouldTakeTextsApartThatLookLikeTheRestOfALine() throws Exception {
        String line = "f0:R [a=\"x\\\"] /dev/stdin\\nf0:S [\",b=\"\\\\\",c=\"\\'\\t\\001\\303\\251\"] " + FILE;

        assertThat(Match.parse(line, FILE).meta())
            .containsExactly(new Meta("a", "x\"] /dev/stdin\nf0:S ["), new Meta("b", "\\"), new Meta("c", "'\t\u0001\u00e9"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "R", "f0:R", "f0:R /dev/stdin", "f0:R []", "f0:R [] /dev/stdi", "f0:R [] /dev/stdin ", "f0:R [] /dev/stdinf0:S",
        " f0:R [] /dev/stdin", "R [] /dev/stdin", "0:R [] /dev/stdin", "f0:9 [] /dev/stdin", "f0:R [a] /dev/stdin", "f0:R [a=] /dev/stdin",
        "f0:R [a=-] /dev/stdin", "f0:R [a=1.5] /dev/stdin", "f0:R [a=maybe] /dev/stdin", "f0:R [a=1,] /dev/stdin", "f0:R [,a=1] /dev/stdin",
        "f0:R [a=\"x] /dev/stdin", "f0:R [a=\"x\\\"] /dev/stdin", "f0:R [a=\"\\400\"] /dev/stdin", "f0:R [a=\"\\08\"] /dev/stdin",
        "f0:R [a=\"\\x41\"] /dev/stdin", "f0:R [a=\"\t\"] /dev/stdin", "f0:R [a=\"\u00e9\"] /dev/stdin", "f0:R [a=\"\\"})
    void parseShouldThrowWhenTheLineIsNone(String line) {
        assertThatThrownBy(() -> Match.parse(line, FILE)).isInstanceOf(IOException.class).hasMessageStartingWith("Not an answer of yara: ");
    }

    @Property
    void parseShouldTakeEveryLineThatYaraCanWrite(@ForAll @AlphaChars @StringLength(min = 1, max = 8) String name,
            @ForAll @Chars({'"', '\'', '\\', ']', '[', ',', '=', '\n', '\r', '\u0001', 'a', '0', '7', ' ', '\u00e9', '\u20ac'})
            @StringLength(max = 30) String text) throws Exception {
        String line = "f0:R [" + name + "=\"" + escaped(text) + "\",z =1] " + FILE;

        assertThat(Match.parse(line, FILE).meta()).containsExactly(new Meta(name, text), new Meta("z", "1"));
    }

    /** As print_escaped of yara does. */
    private static String escaped(String text) {
        StringBuilder line = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            switch (b) {
                case '"', '\'', '\\' -> line.append('\\').append((char) b);
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                default -> line.append(b >= ' ' && b < 127 ? String.valueOf((char) b) : String.format("\\%03o", b & 0xFF));
            }
        }
        return line.toString();
    }
}
