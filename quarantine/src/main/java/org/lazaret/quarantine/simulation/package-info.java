/**
 * What would become of a mail: takes mails, and one or two ways to judge them, and hands on what differs. Nothing is sent, held or written down.
 */
@NullMarked
package org.lazaret.quarantine.simulation;

import org.jspecify.annotations.NullMarked;
