package org.lazaret.quarantine.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.language.Texts;

class NoticeTextsTest {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\d}");
    private final Map<Language, Texts> texts = Texts.load(Notices.class, "texts");

    @ParameterizedTest
    @EnumSource(Language.class)
    void everyLanguageShouldHaveTheKeysAndPlaceholdersOfEnglish(Language language) {
        Texts english = texts.get(Language.EN);
        Texts own = texts.get(language);

        assertThat(own.keys()).isEqualTo(english.keys());
        for (String key : english.keys()) {
            assertThat(placeholders(own, key)).as(key).isEqualTo(placeholders(english, key));
            assertThat(own.say(key, "{0}", "{1}", "{2}")).as(key).isNotBlank().doesNotContain("''", "\t");
        }
    }

    private static TreeSet<String> placeholders(Texts texts, String key) {
        TreeSet<String> found = new TreeSet<>();
        PLACEHOLDER.matcher(texts.say(key, "{0}", "{1}", "{2}")).results().map(MatchResult::group).forEach(found::add);
        return found;
    }
}
