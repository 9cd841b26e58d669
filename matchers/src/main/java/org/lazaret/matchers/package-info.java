/**
 * James matchers over what {@code ScanAttachments} found, and the codec of the mail attribute that carries it. A matcher takes a mail and
 * hands on all of its recipients or none. A mail that was not scanned makes every matcher here throw: James then takes it to the
 * processor of {@code onMatchException} (default {@code error}), never to delivery.
 */
@NullMarked
package org.lazaret.matchers;

import org.jspecify.annotations.NullMarked;
