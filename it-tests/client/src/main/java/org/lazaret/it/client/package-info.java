/**
 * What meets a mail server from outside, whatever its version: sample mails, a plain SMTP client, a browser for the portal.
 */
@NullMarked
package org.lazaret.it.client;

import org.jspecify.annotations.NullMarked;
