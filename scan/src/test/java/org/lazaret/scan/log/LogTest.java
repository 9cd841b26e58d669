package org.lazaret.scan.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTest {
    private static final String HOSTILE = "a\r\nWARN forged \u001B[31m\u202Etxt.exe\u2028\0";
    private static final String SHOWN = "a\\u{000D}\\u{000A}WARN forged \\u{001B}[31m\\u{202E}txt.exe\\u{2028}\\u{0000}";

    @Test
    void textShouldLeaveNothingThatBeginsALineOrSteersATerminal() {
        assertThat(Log.text(HOSTILE)).isEqualTo(SHOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Mail-1", "Größe 請求書 счёт 😀.pdf", "C:\\Users {}"})
    void textShouldLeaveWhatCanBeReadAsItIs(String text) {
        assertThat(Log.text(text)).isSameAs(text);
    }

    @Test
    void textShouldEndWhereItIsTooLong() {
        assertThat(Log.text("x".repeat(1_000_000))).hasSize(2_001).endsWith("…");
        assertThat(Log.text("\n".repeat(1_000_000))).hasSizeLessThan(20_000).endsWith("…");
    }

    @Test
    void exceptionShouldTellItsKindPlaceAndCausesWithoutWhatIsHostile() {
        IOException cause = new IOException(HOSTILE);
        cause.addSuppressed(new IllegalStateException("closing " + HOSTILE));
        UncheckedIOException problem = new UncheckedIOException("no", cause);

        StringWriter trace = new StringWriter();
        Told.of(problem).printStackTrace(new PrintWriter(trace));

        assertThat(trace.toString()).contains("java.io.UncheckedIOException: no", "Caused by: ", "java.io.IOException: " + SHOWN, "closing " + SHOWN,
            "LogTest.exceptionShouldTell").doesNotContain("\u001B").doesNotContain("\u202E").doesNotContain("\nWARN forged");
    }

    @Test
    void exceptionShouldBeTheSameWhenNothingInItIsHostile() {
        IOException problem = new IOException("disk full", new IllegalStateException());

        assertThat(Told.of(problem)).isSameAs(problem);
    }

    @Test
    void exceptionShouldBeToldWhenItIsItsOwnCause() {
        IOException one = new IOException("one");
        IllegalStateException other = new IllegalStateException("other\n", one);
        one.initCause(other);

        assertThat(Told.of(one)).hasMessage("java.io.IOException: one");
    }
}
