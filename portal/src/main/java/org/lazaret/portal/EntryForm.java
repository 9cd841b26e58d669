package org.lazaret.portal;

import java.time.Instant;
import java.util.Optional;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.lists.Effect;
import org.lazaret.policy.lists.RefusedEntryException;
import org.lazaret.portal.web.Fields;

/**
 * What a form says of a list entry besides what it matches.
 *
 * @param effect  empty when the form does not ask for it
 * @param expires the end of the day that the form names
 */
record EntryForm(Optional<Effect> effect, Optional<Instant> expires, String reason) {
    private static final int MAX = 2_000;

    static EntryForm of(Fields form, Desk desk) throws RefusedEntryException {
        Optional<Effect> effect = Optional.empty();
        if (!form.first("list").isEmpty()) {
            try {
                effect = Optional.of(Keyword.parse(Effect.class, form.first("list")));
            } catch (IllegalArgumentException e) {
                throw new RefusedEntryException("list '" + form.line("list", MAX) + "': allowed is " + e.getMessage());
            }
        }
        try {
            return new EntryForm(effect, MailFilter.day(form.line("expires", MAX), desk.clock(), 1, "expires"), form.line("reason", MAX));
        } catch (MailFilter.WrongFilterException e) {
            throw new RefusedEntryException(desk.t().say("admin.list.expires.wrong"));
        }
    }
}
