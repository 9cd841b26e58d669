package org.lazaret.portal;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.lazaret.policy.language.Texts;
import org.lazaret.policy.lists.Author;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.view.RowView;
import org.lazaret.portal.view.Views;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Call;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.RecordId;

/**
 * What the administrators' pages share.
 *
 * @param currentViews by the settings of the moment
 */
record Desk(Quarantine quarantine, Pages pages, Supplier<Views> currentViews, Texts t, Clock clock) {
    /** Characters of a reason. */
    static final int MAX_REASON = 500;

    Views views() {
        return currentViews.get();
    }

    Answer page(int status, String template, String title, Session session, Map<String, Object> values) {
        return pages.page(status, template, title, Optional.of(session), new HashMap<>(values));
    }

    String path(String path) {
        return pages.base() + path;
    }

    static String mailPath(RecordId id) {
        return "/admin/mail/" + id;
    }

    List<RowView> rows(List<HeldMail> mails) {
        return mails.stream().map(mail -> views().row(mail, path(mailPath(mail.id())))).toList();
    }

    static Actor actor(Session session, Call call) {
        return new Actor(session.administrator() ? Actor.Role.ADMINISTRATOR : Actor.Role.AUDITOR, session.account(), call.address());
    }

    static Author author(Session session, Call call) {
        return new Author(session.account(), call.address());
    }
}
