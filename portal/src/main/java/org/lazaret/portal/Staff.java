package org.lazaret.portal;

import java.util.Optional;
import java.util.function.Predicate;
import org.lazaret.portal.session.Secrets;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Call;
import org.lazaret.portal.web.Routes;

/**
 * The door to the administrators' pages: every route of theirs goes through one of these. For who is neither administrator nor auditor the
 * pages do not exist; an auditor may look at all of them and act on none.
 */
final class Staff {

    /** A page for somebody who may see it. */
    @FunctionalInterface
    interface Page {
        Answer answer(Call call, Session session);
    }

    private final Doorkeeper doorkeeper;
    private final Pages pages;

    Staff(Doorkeeper doorkeeper, Pages pages) {
        this.doorkeeper = doorkeeper;
        this.pages = pages;
    }

    /** What changes nothing, for GET. */
    Routes.Responder sees(Page page) {
        return call -> doorkeeper.signedIn(call, session -> session.staff() ? page.answer(call, session) : pages.error(404));
    }

    /** What changes something, for POST: administrators, from a page of their own. */
    Routes.Responder acts(Page page) {
        return posts(Session::administrator, page);
    }

    /** What is long work but changes nothing, for POST. */
    Routes.Responder checks(Page page) {
        return posts(Session::staff, page);
    }

    private Routes.Responder posts(Predicate<Session> may, Page page) {
        return call -> doorkeeper.signedIn(call, session -> {
            if (!session.staff()) {
                return pages.error(404);
            }
            if (!may.test(session)) {
                return pages.message(403, "admin.auditor", Optional.of(session), pages.base() + "/admin", pages.texts().say("admin.back.start"));
            }
            if (!Secrets.same(session.formToken(), call.form().first("form"))) {
                return pages.message(403, "form", Optional.of(session), pages.base() + "/admin", pages.texts().say("admin.back.start"));
            }
            return page.answer(call, session);
        });
    }
}
