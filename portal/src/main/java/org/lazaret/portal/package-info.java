/**
 * HTTP only: the pages where recipients look at held mail and decide, and where administrators do the same for everybody.
 *
 * <p>{@link org.lazaret.portal.Portal} is started with the facade {@link org.lazaret.quarantine.Quarantine} and a way to check
 * passwords, and is its own attack surface: nothing that a request says about host, scheme or client address is believed, every page is
 * made of escaped text under a policy that forbids scripts and foreign content, and only a POST that carries the page's own token changes
 * anything.
 */
@NullMarked
package org.lazaret.portal;

import org.jspecify.annotations.NullMarked;
