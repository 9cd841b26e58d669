/**
 * James 3.8 with queue, mailboxes, users and repositories on disk, as a process of its own: what can be killed and started again. Takes the
 * Guice modules that are served and binds what James' JPA server binds besides.
 */
@NullMarked
package org.lazaret.it.persistent;

import org.jspecify.annotations.NullMarked;
