package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DisplayTest {
    private static final Display UNICODE = new Display(true);
    private static final Display ASCII = new Display(false);

    @ParameterizedTest
    @ValueSource(ints = {0x1B, 0, 0x0A, 0x0D, 0x7F, 0x9B, 0x202E, 0x2066, 0x200B, 0x2028, 0xA0, 0x3164, 0xE0041, 0xD800, 0xFEFF})
    void escapeShouldSpellOutWhatCannotBeSeenOrMovesTheText(int codePoint) {
        String name = new StringBuilder("a").appendCodePoint(codePoint).append('b').toString();
        String shown = String.format("a\\u{%04X}b", codePoint);

        assertThat(UNICODE.escape(name)).isEqualTo(shown);
        assertThat(ASCII.escape(name)).isEqualTo(shown);
    }

    @Test
    void escapeShouldLeaveNamesOfAllLanguagesReadable() {
        assertThat(UNICODE.escape("Größe 請求書 счёт 😀.pdf")).isEqualTo("Größe 請求書 счёт 😀.pdf");
    }

    @Test
    void escapeShouldSpellOutAllButAsciiWhenTheTerminalKnowsNoMore() {
        assertThat(ASCII.escape("Größe.pdf")).isEqualTo("Gr\\u{00F6}\\u{00DF}e.pdf");
    }

    @Test
    void escapeShouldCutWhatIsOverlong() {
        assertThat(UNICODE.escape("x".repeat(100_000))).hasSizeLessThan(400).endsWith("…");
    }

    @Property(seed = "1")
    void escapeShouldLeaveNoControlNorFormatCharacterInAnyText(@ForAll String text) {
        assertThat(UNICODE.escape(text).codePoints()).noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
            || Character.getType(c) == Character.SURROGATE);
        assertThat(ASCII.escape(text)).matches("[ -~]*");
    }
}
