/**
 * What mail programs and their calendars bring along: takes TNEF ([MS-OXTNEF]), calendar and contact files (RFC 5545, RFC 6350) and
 * OneNote sections ([MS-ONESTORE]); reports lures in them and hands on the files they carry.
 */
@NullMarked
package org.lazaret.scan.document.outlook;

import org.jspecify.annotations.NullMarked;
