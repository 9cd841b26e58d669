package org.lazaret.scan.examine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PasswordWordsTest {
    private final PasswordWords words = new PasswordWords();

    @Test
    void listShouldBeginWithWhatStandsBehindTheWordPassword() {
        add("Dear customer, please find the invoice attached. The password is: Winter-2026. Kind regards");

        assertThat(words.list().subList(0, 4)).contains("Winter-2026");
    }

    @Test
    void listShouldUndoMarkupWhenTheTextIsHtml() {
        add("<html><body><p>Passwort:&nbsp;<b>geheim77</b></p></body></html>");

        assertThat(words.list()).contains("geheim77");
    }

    @Test
    void listShouldHoldTheWordBehindAColonWithoutBlank() {
        add("PW:abc123 und Tschüss");

        assertThat(words.list()).contains("abc123");
    }

    @Test
    void listShouldHoldWordsOfOtherLanguages() {
        add("Ваш пароль: соль9");
        add("密码：8848");

        assertThat(words.list()).contains("соль9", "8848");
    }

    @Test
    void listShouldHoldAtMostSixtyFourWordsWhenTheTextIsLong() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            text.append("word").append(i).append(' ');
        }
        add(text + "password secret1");

        assertThat(words.list()).hasSizeLessThanOrEqualTo(64);
    }

    @Test
    void listShouldGrowWhenTextComesLater() {
        add("nothing here");
        words.list();

        add("the code is 4711x");

        assertThat(words.list()).contains("4711x");
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        words.add(bytes, bytes.length);
    }
}
