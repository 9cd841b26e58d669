/**
 * The wiring into James: the Guice module of the extension, its start and stop, sending through James' queue, signing in with James'
 * accounts, the health check, and the optional {@code quarantine://} mail repository.
 */
@NullMarked
package org.lazaret.mailets.james;

import org.jspecify.annotations.NullMarked;
