/** The portal as people use it: James with the packed jar, mail over SMTP and IMAP, and a real Chromium in between. */
@NullMarked
package org.lazaret.it.browser;

import org.jspecify.annotations.NullMarked;
