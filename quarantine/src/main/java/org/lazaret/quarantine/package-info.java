/**
 * Keeps held mail safe: takes a message with its envelope and verdict, stores it encrypted, and hands it on again by release.
 *
 * <p>{@link org.lazaret.quarantine.Quarantine} is the facade that mailets, portal and routes use. Sending is the port
 * {@link org.lazaret.quarantine.Outgoing}; nothing here knows James.
 */
@NullMarked
package org.lazaret.quarantine;

import org.jspecify.annotations.NullMarked;
