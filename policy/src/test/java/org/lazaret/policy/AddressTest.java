package org.lazaret.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "Anna@Example.ORG, anna@example.org",
        "anna@example.org., anna@example.org",
        "\"anna\"@example.org, anna@example.org",
        "\"an\\na\"@example.org, anna@example.org",
        "anna@BÜCHER.example, anna@xn--bcher-kva.example",
        "anna@bücher.example, anna@xn--bcher-kva.example",
        "ünal@example.org, ünal@example.org",
        "o'brien+tag@example.org, o'brien+tag@example.org",
        "\"a@b\"@example.org, a@b@example.org"})
    void parseShouldGiveTheFormThatAddressesAreComparedIn(String text, String expected) {
        assertThat(Address.parse(text)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "anna", "@example.org", "anna@", "anna@-x.example", "anna@a..b", "an na@example.org", "a@b@example.org",
        "anna@example.org>", "anna@[192.0.2.1]", "an\u200Bna@example.org", "a\u0000@example.org", "anna@fa\u00DF.example", "anna@x\u200D.example"})
    void parseShouldRefuseWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> Address.parse(text)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Address.find(text)).isEmpty();
    }

    @Property
    void findShouldNotThrowWhateverTheTextIs(@ForAll String text) {
        assertThat(Address.find(text + "@example.org")).satisfiesAnyOf(found -> assertThat(found).isEmpty(),
            found -> assertThat(found.orElseThrow().domain()).endsWith("example.org"));
    }
}
