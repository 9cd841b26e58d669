/**
 * The safe part of a held mail: takes its bytes and hands on headers and text for reading, within fixed limits, never an attachment.
 * HTML leaves this package only sanitised.
 */
@NullMarked
package org.lazaret.portal.preview;

import org.jspecify.annotations.NullMarked;
