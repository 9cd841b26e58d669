package org.lazaret.policy.lists;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lazaret.policy.Address;

class HeaderAddressesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "anna@example.org|anna@example.org",
        "<anna@example.org>|anna@example.org",
        "Anna B. <anna@Example.org>|anna@example.org",
        "\"ceo@bank.example\" <evil@x.example>|evil@x.example",
        "\"a, b@bank.example <c@bank.example>\" <evil@x.example>|evil@x.example",
        "=?utf-8?q?ceo=40bank.example?= <evil@x.example>|evil@x.example",
        "(ceo@bank.example (nested) \\) <c@bank.example>) evil@x.example (more)|evil@x.example",
        "a@x.example, B <b@x.example>,c@x.example|a@x.example b@x.example c@x.example",
        "friends: a@x.example, B <b@x.example>; , c@x.example|a@x.example b@x.example c@x.example",
        "\"o(br,ien\"@x.example|o(br,ien@x.example",
        "<>|",
        "undisclosed-recipients:;|",
        "|"})
    void parseShouldGiveTheAddressesAndNeverADisplayName(String body, String expected) {
        HeaderAddresses found = HeaderAddresses.parse(List.of(body == null ? "" : body));

        assertThat(found.complete()).isTrue();
        assertThat(found.addresses()).extracting(Address::toString)
            .containsExactlyElementsOf(expected == null ? List.of() : Arrays.asList(expected.split(" ")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "anna|",
        "anna@example.org, nonsense|anna@example.org",
        "anna@example.org evil@x.example|",
        "<anna@example.org> evil@x.example|anna@example.org",
        "<anna@example.org> <evil@x.example>|",
        "<anna@example.org|anna@example.org",
        "anna@example.org>|anna@example.org",
        "\"anna@example.org|",
        "(anna@example.org|",
        "<@relay.example:anna@example.org>|anna@example.org",
        "<an na@example.org>|",
        "group: a@x.example|a@x.example",
        "a@x.example;|a@x.example",
        "anna@[192.0.2.1]|",
        "=?utf-8?q?anna?= anna@example.org|"})
    void parseShouldSayThatTheListIsIncompleteWhenTheGrammarIsBroken(String body, String kept) {
        HeaderAddresses found = HeaderAddresses.parse(List.of(body));

        assertThat(found.complete()).isFalse();
        assertThat(found.addresses().stream().map(Address::toString).collect(Collectors.joining(" "))).isEqualTo(kept == null ? "" : kept);
    }

    @Test
    void parseShouldUnfold() {
        assertThat(HeaderAddresses.parse(List.of("Anna\r\n <anna@example.org>"))).isEqualTo(HeaderAddresses.parse(List.of("<anna@example.org>")));
    }

    @Test
    void parseShouldReadEveryFieldWhenThereAreSeveral() {
        HeaderAddresses found = HeaderAddresses.parse(List.of("a@x.example", "b@x.example"));

        assertThat(found.addresses()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 300_000})
    void parseShouldStopAtALength(int length) {
        HeaderAddresses found = HeaderAddresses.parse(List.of("a@x.example," + " ".repeat(length)));

        assertThat(found.complete()).isEqualTo(length == 1);
    }

    @Property
    void parseShouldNotThrowWhateverTheTextIs(@ForAll @CharRange(from = ' ', to = '~') @StringLength(max = 60) String text) {
        assertThat(HeaderAddresses.parse(List.of(text)).addresses()).allSatisfy(address -> assertThat(address.domain()).isNotEmpty());
    }
}
