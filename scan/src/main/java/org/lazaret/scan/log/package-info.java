/**
 * What stands in the server's log: takes a message and whatever belongs into it, from mails, people and other servers, and hands on lines in which
 * nothing is left that could begin another line, steer a terminal or change the order of what is read. No class outside of this package speaks to
 * SLF4J.
 */
@NullMarked
package org.lazaret.scan.log;

import org.jspecify.annotations.NullMarked;
