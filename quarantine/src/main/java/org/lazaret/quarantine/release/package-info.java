/**
 * Hands held mail on again: takes the opened original and hands on the mail to deliver, its attachments inside of a protected zip, with the
 * marker that lets it pass the filter once. The only package that imports zip4j.
 */
@NullMarked
package org.lazaret.quarantine.release;

import org.jspecify.annotations.NullMarked;
