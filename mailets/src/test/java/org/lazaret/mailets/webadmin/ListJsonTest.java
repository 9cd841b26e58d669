package org.lazaret.mailets.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lazaret.policy.lists.Draft;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.Entry;
import org.lazaret.policy.lists.EntryPattern;
import org.lazaret.policy.lists.Field;
import spark.HaltException;

class ListJsonTest {
    @Test
    void readShouldGiveTheDraft() throws Exception {
        assertThat(ListJson.read("""
            {"list":"block","field":"header-from","pattern":"*.bad.example","recipient":"example.org",
             "expires":"2027-01-31T00:00:00Z","reason":"noise"}"""))
            .isEqualTo(new Draft(Effect.BLOCK, Field.HEADER_FROM, "*.bad.example", "example.org", Optional.of(Instant.parse("2027-01-31T00:00:00Z")),
                "noise"));
        assertThat(ListJson.read("{\"list\":\"allow\",\"field\":\"mail-from\",\"pattern\":\"a@b.example\"}"))
            .isEqualTo(new Draft(Effect.ALLOW, Field.MAIL_FROM, "a@b.example", "", Optional.empty(), ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{|The body is no JSON",
        "[]|no JSON object",
        "{}|list '': allowed is allow, block",
        "{\"list\":\"deny\"}|list 'deny': allowed is allow, block",
        "{\"list\":1}|list is no text",
        "{\"list\":\"allow\",\"field\":\"from\"}|field 'from': allowed is mail-from, rcpt-to, header-from, header-to, attachment",
        "{\"list\":\"allow\",\"list\":\"block\"}|The body is no JSON",
        "{\"list\":\"allow\",\"field\":\"mail-from\",\"expires\":\"soon\"}|expires 'soon': a time such as",
        "{\"list\":\"allow\",\"comment\":\"x\"}|'comment' is no field here: list, field, pattern"})
    void readShouldSayWhatIsWrong(String json, String reason) {
        assertThatThrownBy(() -> ListJson.read(json)).isInstanceOfSatisfying(HaltException.class, refusal -> {
            assertThat(refusal.statusCode()).isEqualTo(400);
            assertThat(refusal.body()).contains(reason);
        });
    }

    @Test
    void writeShouldGiveEveryField() throws Exception {
        Entry entry = new Entry("1".repeat(32), Effect.ALLOW, Field.MAIL_FROM, EntryPattern.parse(Field.MAIL_FROM, "a@b.example"), Optional.empty(),
            Optional.empty(), "said \"yes\"", "admin", Instant.parse("2026-01-01T00:00:00Z"));

        assertThat(ListJson.write(List.of(entry))).isEqualTo("""
            [{"id":"11111111111111111111111111111111","list":"allow","field":"mail-from","pattern":"a@b.example","recipient":"","expires":"",\
            "reason":"said \\"yes\\"","author":"admin","created":"2026-01-01T00:00:00Z"}]""");
    }
}
