/** YARA rules, by Debian's commands {@code yarac} and {@code yara}: takes a sample and hands on what the rules' metadata says of those that match. */
@NullMarked
package org.lazaret.scan.engine.yara;

import org.jspecify.annotations.NullMarked;
