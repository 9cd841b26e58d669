/**
 * Is this configuration folder of James right? Takes the folder and hands on everything that is wrong in it, each with file and line. What
 * can be asked of the program itself is: {@code lazaret.properties} is read by the settings' own reader, mailets and matchers are made and
 * initialised as James does it. Nothing is started, opened or connected to. Described for users in {@code docs/configuration.md}.
 */
@NullMarked
package org.lazaret.cli.conf;

import org.jspecify.annotations.NullMarked;
