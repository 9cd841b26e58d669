package org.lazaret.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageSnifferTest {
    private static final String MAIL = "Received: from a\r\n\tby b\r\nFrom: a@example.org\r\nSubject: x\r\n\r\nText: no\r\nno field\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"a.eml", "A.EML", "a.exe.eml"})
    void isMessageShouldBelieveTheExtensionOfMail(String name) {
        assertThat(sniff(name, "anything")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mail", "1700000000.M1P2.host:2,S", "a.txt", "a.mbox"})
    void isMessageShouldBelieveTheContentWhenTheNameSaysNothing(String name) {
        assertThat(sniff(name, MAIL)).isTrue();
        assertThat(sniff(name, "Dear Sir,\r\n\r\nFrom: here\r\nTo: there\r\n")).isFalse();
        assertThat(sniff(name, "")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.js", "a.html", "a.eml.js", "a.bat"})
    void isMessageShouldNotBelieveTheContentWhenTheNameSaysSomethingElse(String name) {
        assertThat(sniff(name, MAIL)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "From a@example.org Mon Jan  1 00:00:00 2026\nFrom: a@example.org\nDate: today\n\n",
        "From: a\nTo: b\n", "FROM : a\r\nto\t: b\r\n\r\n"})
    void isMessageShouldKnowMailInItsForms(String content) {
        assertThat(sniff("", content)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"From: a\n\nTo: b\n", "From: a\nnonsense\nTo: b\n\n", " folded: a\nFrom: a\nTo: b\n\n", "key: 1\nvalue: 2\n\n"})
    void isMessageShouldNotTakeOtherTextForMail(String content) {
        assertThat(sniff("", content)).isFalse();
    }

    @Test
    void isMessageShouldKnowMailWhoseHeaderIsLongerThanTheWindow() {
        byte[] mail = ("From: a\r\nTo: b\r\n" + "X-Long: yes\r\n".repeat(5000)).getBytes(StandardCharsets.ISO_8859_1);

        assertThat(MessageSniffer.isMessage("", Arrays.copyOf(mail, MessageSniffer.WINDOW))).isTrue();
    }

    private static boolean sniff(String name, String content) {
        return MessageSniffer.isMessage(name, content.getBytes(StandardCharsets.ISO_8859_1));
    }
}
