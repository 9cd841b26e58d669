/**
 * Active content in markup: takes HTML, SVG and XML and reports scripts by what they do, forms, redirections, entities and links that
 * start programs; hands on files that are hidden in scripts and data URIs.
 */
@NullMarked
package org.lazaret.scan.document.html;

import org.jspecify.annotations.NullMarked;
