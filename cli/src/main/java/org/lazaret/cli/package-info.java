/**
 * Commands for a shell. {@link org.lazaret.cli.QuarantineCommand} works on the store of held mail and hands all of it to
 * {@link org.lazaret.quarantine.store.Workbench}; {@code docs/crypto.md} and {@code docs/audit.md} describe it. {@link
 * org.lazaret.cli.ScanCommand} classifies: takes files, messages or a corpus of labelled files and hands on text for people or JSON, and an
 * {@link org.lazaret.cli.ExitStatus}. What is found and what would be done about it come from {@link org.lazaret.scan.Scanner} and
 * {@link org.lazaret.policy.Policy}; nothing is judged here. Described for users in {@code docs/scan.md}. {@link
 * org.lazaret.cli.CheckConfCommand} prints what {@link org.lazaret.cli.conf.ConfCheck} finds.
 */
@NullMarked
package org.lazaret.cli;

import org.jspecify.annotations.NullMarked;
