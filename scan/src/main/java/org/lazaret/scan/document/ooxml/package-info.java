/**
 * Documents that are zip packages of XML: takes OOXML (ECMA-376) in its zip and flat forms and OpenDocument, and reports external
 * relationships, fields, Excel 4 macros, scripts and encryption; hands on macros and embedded files as items of their own.
 */
@NullMarked
package org.lazaret.scan.document.ooxml;

import org.jspecify.annotations.NullMarked;
