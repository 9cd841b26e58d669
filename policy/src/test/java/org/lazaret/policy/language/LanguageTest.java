package org.lazaret.policy.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        de                                | DE
        pt-BR,pt;q=0.9,en;q=0.8           | PT
        en;q=0.5, fr;q=0.9                | FR
        sv, nb;q=0.9, it;q=0.1            | IT
        zh-Hans-CN                        | ZH
        EN-us                             | EN
        de;q=0, en;q=0.1                  | EN
        """)
    void acceptedShouldBeTheMostLikedOfOurs(String header, Language language) {
        assertThat(Language.accepted(header)).contains(language);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "sv", ";;;", "q=1", "de;q=x", "\u0000", "de;q=0"})
    void acceptedShouldBeEmptyForAnythingElse(String header) {
        assertThat(Language.accepted(header)).isEmpty();
    }

    @Test
    void acceptedShouldNotLookAtOverlongHeaders() {
        assertThat(Language.accepted("de,".repeat(100_000))).isEmpty();
    }

    @Test
    void parseShouldNameWhatIsAllowed() {
        assertThat(Language.parse("ja")).isEqualTo(Language.JA);
        assertThatThrownBy(() -> Language.parse("xx")).hasMessage("en, de, fr, es, it, nl, pl, pt, ja, zh");
    }

    @Test
    void numbersShouldBeWrittenAsInTheLanguage() {
        assertThat(Numbers.size(0, Language.EN)).isEqualTo("0 B");
        assertThat(Numbers.size(1023, Language.DE)).isEqualTo("1023 B");
        assertThat(Numbers.size(1536, Language.DE)).isEqualTo("1,5 KB");
        assertThat(Numbers.size(48_213, Language.FR)).isEqualTo("47 Ko");
        assertThat(Numbers.size(Long.MAX_VALUE, Language.JA)).endsWith(" TB");
        assertThat(Numbers.decimal("9.6", Language.PL)).isEqualTo("9,6");
    }
}
