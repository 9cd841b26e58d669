/**
 * Who is signed in: takes the outcome of a password check and hands on sessions, kept in memory and bounded, with the throttling of
 * guesses and the tokens that bind a form to the page it came from.
 */
@NullMarked
package org.lazaret.portal.session;

import org.jspecify.annotations.NullMarked;
