package org.lazaret.portal.view;

import java.util.List;

/**
 * The settings page's form.
 *
 * @param version        the stored version that is shown, 0 for none
 * @param administrators who is told, with their two switches, and rows for more
 * @param told           why the switches cannot be changed here, each; empty when they can
 * @param exceptions     lines for single directions, recipients, domains and languages
 * @param pinned         such lines that stand in the file
 * @param fixed          settings that are read at the start
 */
public record SettingsView(long version, List<Section> sections, List<Told> administrators, Switches told, SettingView exceptions,
                           List<Line> pinned, List<Fixed> fixed, List<Problem> problems) {
    public SettingsView {
        sections = List.copyOf(sections);
        administrators = List.copyOf(administrators);
        pinned = List.copyOf(pinned);
        fixed = List.copyOf(fixed);
        problems = List.copyOf(problems);
    }

    /** Settings under one heading. */
    public record Section(String id, String heading, String text, List<SettingView> settings) {
        public Section {
            settings = List.copyOf(settings);
        }
    }

    /** A person who is told of things. */
    public record Told(String address, boolean quarantine, boolean release) {
    }

    /**
     * Why the administrators' switches cannot be changed.
     *
     * @param problem why what was entered cannot be saved; empty for none
     */
    public record Switches(String quarantineFixed, String releaseFixed, String problem) {
        public boolean changeable() {
            return quarantineFixed.isEmpty() && releaseFixed.isEmpty();
        }
    }

    /** As in the file. */
    public record Line(String key, String value) {
    }

    /** A setting that only the file has. */
    public record Fixed(String key, String value, String why) {
    }

    /**
     * What keeps the form from being saved.
     *
     * @param id of the field; empty for the form as a whole
     */
    public record Problem(String id, String label, String explanation) {
    }
}
