package org.lazaret.portal.view;

import java.util.List;
import java.util.Optional;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.language.Texts;
import org.lazaret.portal.session.Session;

/**
 * What the frame around every page needs.
 *
 * @param base       put before every path of ours; empty or like {@code /quarantine}
 * @param stylesheet path of the style sheet
 * @param icon       path of the icon
 * @param session    who is signed in
 */
public record Page(Texts t, String base, String stylesheet, String icon, String title, Optional<Session> session) {
    /** The languages to choose from. */
    public List<Language> languages() {
        return List.of(Language.values());
    }

    public String account() {
        return session.map(Session::account).orElse("");
    }

    public boolean administrator() {
        return session.map(Session::administrator).orElse(false);
    }

    public boolean staff() {
        return session.map(Session::staff).orElse(false);
    }

    public String formToken() {
        return session.map(Session::formToken).orElse("");
    }
}
