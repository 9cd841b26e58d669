/**
 * Mails about held mail: takes a record and hands on the notice to a recipient or an administrator as bytes. Sending is somebody else's.
 */
@NullMarked
package org.lazaret.quarantine.notice;

import org.jspecify.annotations.NullMarked;
