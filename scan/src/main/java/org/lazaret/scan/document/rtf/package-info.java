/**
 * RTF (Word 2007 Rich Text Format Specification 1.9.1): takes files the way Word reads them, which forgives nearly everything, and
 * reports templates, fields and objects; hands on what objects hold.
 */
@NullMarked
package org.lazaret.scan.document.rtf;

import org.jspecify.annotations.NullMarked;
