package org.lazaret.portal.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownTest {

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x08, 0x0A, 0x0D, 0x1B, 0x7F, 0x85, 0xAD, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028, 0x202A, 0x202E, 0x2060, 0x2066,
        0x2069, 0xFEFF, 0xE000, 0xE0041, 0x3164})
    void lineShouldMarkWhatMisleads(int character) {
        Shown shown = Shown.line("a" + Character.toString(character) + "b");

        assertThat(shown.toString()).isEqualTo(String.format("a[U+%04X]b", character));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Grüße, 你好, مرحبا", "می‌خواهم", "👩‍👩‍👧", "<b>&amp;\"'", "  "})
    void lineShouldLeaveWritingAlone(String text) {
        assertThat(Shown.line(text).toString()).isEqualTo(text);
    }

    @Test
    void lineShouldMarkHalvesOfCharacters() {
        assertThat(Shown.line("a\uD83Db").toString()).isEqualTo("a[U+D83D]b");
    }

    @Test
    void lineShouldBeCut() {
        assertThat(Shown.line("abcdef", 3).toString()).isEqualTo("abc…");
    }

    @Test
    void linesShouldKeepBreaksAndTabs() {
        assertThat(Shown.lines("a\r\nb\rc\td\u202Ee").toString()).isEqualTo("a\nb\nc\td[U+202E]e");
    }

    @Test
    void senderShouldBeSplitSoThatANameIsNoAddress() {
        SenderView sender = SenderView.of("\"ceo@example.org\" <x@evil.example>");

        assertThat(sender.name().toString()).isEqualTo("ceo@example.org");
        assertThat(sender.address().toString()).isEqualTo("x@evil.example");
        assertThat(SenderView.of("a@example.org").address().toString()).isEqualTo("a@example.org");
        assertThat(SenderView.of("<a@b> <c@d>").address().toString()).isEqualTo("c@d");
        assertThat(SenderView.of("nobody").name().toString()).isEqualTo("nobody");
        assertThat(SenderView.of("").address().isEmpty()).isTrue();
    }
}
