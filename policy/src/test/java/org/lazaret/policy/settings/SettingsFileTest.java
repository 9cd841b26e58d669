package org.lazaret.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class SettingsFileTest {
    @Property
    void textShouldBeReadBackAsItWas(@ForAll @AlphaChars @Chars({'=', ':', ' ', '\\', '#', '.', '@'}) @StringLength(min = 1, max = 20) String key,
                                     @ForAll @AlphaChars @Chars({'=', ':', ' ', '\\', '#', '!', '\n', '\t', 'ü', '漢', '\u2028', '"'})
                                     @StringLength(max = 30) String value) throws Exception {
        Map<String, String> lines = Map.of(key, value.strip());

        assertThat(SettingsFile.lines("text", SettingsFile.text(lines))).isEqualTo(lines);
    }

    @Test
    void textShouldLookLikeTheFile() {
        assertThat(SettingsFile.text(Map.of("notice.learn-more-url", "https://example.org/?a=b", "notice.message", "Grüße\nzwei",
            "warning.subject-prefix", "\"[!] \""))).isEqualTo("""
                notice.learn-more-url = https://example.org/?a=b
                notice.message = Grüße\\nzwei
                warning.subject-prefix = "[!] "
                """);
    }
}
