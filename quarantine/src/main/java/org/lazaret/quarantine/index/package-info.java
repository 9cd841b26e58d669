/**
 * What is known of held mail, in a database: records, states, outbox, used markers and the audit. Takes changes as whole transactions and
 * hands on records; nothing here looks into a mail.
 */
@NullMarked
package org.lazaret.quarantine.index;

import org.jspecify.annotations.NullMarked;
