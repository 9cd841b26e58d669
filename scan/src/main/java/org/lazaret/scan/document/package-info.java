/**
 * What documents hold beside their text: takes items that are Office files, PDF, web pages, calendar and contact files or Outlook
 * containers, and reports macros, links that load by themselves, active content and embedded files.
 *
 * <p>Each subpackage knows one family of formats. Readers are our own where hostile input is the normal case; they are bounded,
 * never throw for a defect of the content where something can still be seen, and hand everything embedded back to the examination.
 */
@NullMarked
package org.lazaret.scan.document;

import org.jspecify.annotations.NullMarked;
