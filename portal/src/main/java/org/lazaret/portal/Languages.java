package org.lazaret.portal;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lazaret.policy.language.Language;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Call;

/**
 * In which language somebody is answered: as they chose on a page ({@code ?language=de}), which a cookie remembers; else as their browser asks
 * for; else as the operator set. The choice is nothing but a language, so it is taken by GET.
 */
final class Languages {
    private static final String FIELD = "language";
    private static final String COOKIE = "lazaret-language";
    private static final int YEAR = 365 * 24 * 60 * 60;

    private final Supplier<Language> otherwise;
    private final String attributes;

    /**
     * @param base path that the pages lie under, may be empty
     */
    Languages(Supplier<Language> otherwise, String base, boolean secure) {
        this.otherwise = otherwise;
        // Lax, since most come by a link in a mail.
        this.attributes = "; Path=" + (base.isEmpty() ? "/" : base) + "; Max-Age=" + YEAR + "; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }

    Language of(Call call) {
        return chosen(call)
            .or(() -> call.cookie(COOKIE).flatMap(Language::of))
            .or(() -> call.acceptLanguage().flatMap(Language::accepted))
            .orElseGet(otherwise);
    }

    /** What one of the pages, made for each language, answers; with the cookie when the language was chosen just now. */
    <T> Answer answer(Call call, Map<Language, T> pages, Function<T, Answer> answer) {
        Answer answered = answer.apply(in(of(call), pages));
        return chosen(call).map(language -> answered.with("Set-Cookie", COOKIE + "=" + language.tag() + attributes)).orElse(answered);
    }

    static <T> T in(Language language, Map<Language, T> pages) {
        T page = pages.get(language);
        if (page == null) {
            throw new IllegalStateException("Pages are made for every language");
        }
        return page;
    }

    private static Optional<Language> chosen(Call call) {
        return Language.of(call.query().first(FIELD));
    }
}
