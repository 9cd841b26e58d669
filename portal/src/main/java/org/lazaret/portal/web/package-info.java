/**
 * HTTP without pages: takes a request off the server, hands on a {@link org.lazaret.portal.web.Call} with the little of it that may be
 * trusted, and sends the {@link org.lazaret.portal.web.Answer}. The only package that knows the HTTP server's library.
 */
@NullMarked
package org.lazaret.portal.web;

import org.jspecify.annotations.NullMarked;
