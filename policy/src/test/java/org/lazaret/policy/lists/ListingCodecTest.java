package org.lazaret.policy.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListingCodecTest {
    private static final Listing.Hit HIT = new Listing.Hit("1".repeat(32), Field.HEADER_FROM, "*.bücher.example", List.of("ä\n\".zip"));

    @Test
    void fromJsonShouldReadWhatToJsonWrites() {
        Listing allowed = new Listing(Optional.of(HIT), List.of(), Set.of());
        Listing blocked = new Listing(Optional.empty(), List.of(HIT, HIT), Set.of("ab".repeat(32)));
        Map<String, Listing> listings = Map.of("a@example.org", allowed, "b@example.org", allowed, "ü@example.org", blocked);

        String json = ListingCodec.toJson(listings);

        assertThat(json).matches("[ -~]*");
        assertThat(ListingCodec.fromJson(json)).isEqualTo(listings);
    }

    @Test
    void toJsonShouldLeaveOutWhoHasNoListing() {
        assertThat(ListingCodec.toJson(Map.of("a@example.org", Listing.NONE))).isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "null", "[1]", "[{}]", "[{\"for\":[],\"blocked\":[]}]", "[{\"for\":[],\"blocked\":[],\"harmless\":[],\"x\":1}]",
        "[{\"for\":[1],\"blocked\":[],\"harmless\":[]}]", "[{\"for\":[],\"allowed\":{},\"blocked\":[],\"harmless\":[]}]", "[] []",
        "[{\"for\":[\"a\",\"a\"],\"blocked\":[],\"harmless\":[]}]", "[{\"for\":[],\"allowed\":null,\"blocked\":[],\"harmless\":[]}]"})
    void fromJsonShouldRefuseAnythingElse(String json) {
        assertThatThrownBy(() -> ListingCodec.fromJson(json)).isInstanceOf(IllegalArgumentException.class);
    }
}
