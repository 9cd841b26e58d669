package org.lazaret.policy.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CustomTextTest {

    @ParameterizedTest
    @CsvSource({"{sender},SENDER", "a{subject}b,aSUBJECTb", "{ sender },{ sender }", "{1},{1}", "{},{}", "{{score}},{SCORE}", "$1\\2,$1\\2"})
    void fillShouldPutInKnownPlaceholdersAndLeaveTheRest(String text, String filled) {
        assertThat(CustomText.parse(text).fill(Enum::name)).isEqualTo(filled);
    }

    @Test
    void fillShouldNotLookAtValuesAgain() {
        assertThat(CustomText.parse("{sender} {subject}").fill(placeholder -> "{score}$0\\")).isEqualTo("{score}$0\\ {score}$0\\");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{link}", "{Sender}", "a {sender} {senders}", "{x.y}"})
    void parseShouldRefuseUnknownPlaceholders(String text) {
        assertThatThrownBy(() -> CustomText.parse(text)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("{recipient}, {sender}, {subject}, {attachments}, {score}, {received}, {expires}, {organisation}");
    }
}
