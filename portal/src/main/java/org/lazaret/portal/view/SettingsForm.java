package org.lazaret.portal.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.lazaret.policy.Action;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.language.Texts;
import org.lazaret.policy.lists.ListSettings.Trust;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.LiveSettings.Change;
import org.lazaret.policy.settings.LiveSettings.Origin;
import org.lazaret.policy.settings.LiveSettings.Problem;
import org.lazaret.policy.settings.LiveSettings.Setting;
import org.lazaret.policy.settings.RunTimeKeys;
import org.lazaret.policy.settings.Settings.DecisionScope;
import org.lazaret.policy.settings.Settings.Distribution;
import org.lazaret.policy.settings.Settings.PasswordPlace;
import org.lazaret.policy.settings.Settings.RecipientMode;
import org.lazaret.policy.settings.Settings.WhenFull;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.policy.settings.SettingsReader;
import org.lazaret.policy.settings.SettingsVersion;
import org.lazaret.portal.view.SettingView.Choice;
import org.lazaret.portal.view.SettingView.Kind;
import org.lazaret.portal.web.Fields;

/**
 * The settings as a form: which sections there are, how each setting is entered, and back from what was entered to lines as they would stand in the
 * file. What is allowed is not decided here but by the readers of the file.
 */
public final class SettingsForm {
    /** The field of the lines for single directions, recipients, domains and languages. */
    public static final String EXCEPTIONS = "exceptions";
    private static final String QUARANTINE_NOTICES = "administrators.quarantine-notices";
    private static final String RELEASE_NOTICES = "administrators.release-notices";
    private static final String PREFIX = "warning.subject-prefix";
    private static final String TOLD = "told";
    private static final int EMPTY_ROWS = 3;
    private static final int MAX_ROWS = 500;
    private static final Map<String, List<String>> SECTIONS = sections();

    private final LiveSettings settings;
    private final Texts t;

    public SettingsForm(LiveSettings settings, Texts t) {
        this.settings = settings;
        this.t = t;
    }

    private static Map<String, List<String>> sections() {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        sections.put("actions", List.of("action.malicious", "threshold.malicious", "action.suspicious", "threshold.suspicious"));
        sections.put("unscannable", SettingsReader.keys().keySet().stream().filter(key -> key.startsWith("action.unscannable.")).toList());
        sections.put("failed", List.of("action.failed", "action.failed.after", "defer.attempts", "defer.first-delay", "defer.longest-delay"));
        sections.put("warning", List.of("warning.distribution", "warning.spam-flag", PREFIX));
        sections.put("recipients", List.of("portal.mode", "portal.scope", "portal.undo", "portal.link-validity", "release.password",
            "release.marker-validity"));
        sections.put("notice", List.of("notice.from", "notice.organisation", "notice.subject", "notice.message", "notice.link-text",
            "notice.learn-more-url", "notice.language", "notice.per-hour"));
        sections.put("administrators", List.of("administrators.language", "administrators.notices-per-hour"));
        sections.put("retention", List.of("retention", "retention.interval", "quota", "quota.when-full"));
        sections.put("lists", List.of("lists.header-from", "lists.mail-from"));
        return sections;
    }

    /** Every key that has a field of its own. */
    public static Set<String> fields() {
        Set<String> keys = new LinkedHashSet<>(List.of(QUARANTINE_NOTICES, RELEASE_NOTICES));
        SECTIONS.values().forEach(keys::addAll);
        return keys;
    }

    /** The form with what would be stored. */
    public SettingsView view(long version, Map<String, String> lines, List<Problem> problems) {
        return view(version, lines, SettingsFile.text(exceptions(lines)), problems);
    }

    /** @param exceptions as typed, whether it can be read or not */
    private SettingsView view(long version, Map<String, String> lines, String exceptions, List<Problem> problems) {
        Map<String, Setting> all = new LinkedHashMap<>();
        settings.all(lines).forEach(setting -> all.put(setting.key(), setting));
        List<SettingsView.Section> sections = new ArrayList<>();
        SECTIONS.forEach((id, keys) -> sections.add(new SettingsView.Section(id, t.say("admin.section." + id), t.say("admin.section." + id + ".text"),
            keys.stream().map(key -> field(all.getOrDefault(key, new Setting(key, "", Origin.DEFAULT)), problem(key, problems))).toList())));
        List<SettingsView.Line> pinned = all.values().stream().filter(setting -> setting.origin() == Origin.FILE && isException(setting.key()))
            .map(setting -> new SettingsView.Line(setting.key(), setting.value())).toList();
        List<SettingsView.Fixed> fixed = all.values().stream().filter(setting -> !RunTimeKeys.contain(setting.key()))
            .map(setting -> new SettingsView.Fixed(setting.key(), setting.value(), RunTimeKeys.whyNot(setting.key()))).toList();
        return new SettingsView(version, sections, told(all), new SettingsView.Switches(fixed(all, QUARANTINE_NOTICES), fixed(all, RELEASE_NOTICES),
            (problem(QUARANTINE_NOTICES, problems) + " " + problem(RELEASE_NOTICES, problems)).strip()),
            new SettingView(EXCEPTIONS, t.say("admin.setting.exceptions"), t.say("admin.setting.exceptions.help"), Kind.LINES, exceptions, "", "",
                exceptionProblems(problems), List.of()), pinned, fixed, problems.stream().map(this::problem).toList());
    }

    private static Map<String, String> exceptions(Map<String, String> lines) {
        Map<String, String> exceptions = new TreeMap<>(lines);
        exceptions.keySet().removeIf(key -> !isException(key));
        return exceptions;
    }

    private static boolean isException(String key) {
        return RunTimeKeys.contain(key) && !SettingsReader.keys().containsKey(key);
    }

    private String fixed(Map<String, Setting> all, String key) {
        Setting setting = all.get(key);
        return setting == null || setting.changeable() ? "" : t.say("admin.settings.pinned");
    }

    private List<SettingsView.Told> told(Map<String, Setting> all) {
        List<String> quarantine = addresses(all, QUARANTINE_NOTICES);
        List<String> release = addresses(all, RELEASE_NOTICES);
        Set<String> addresses = new LinkedHashSet<>(quarantine);
        addresses.addAll(release);
        List<SettingsView.Told> rows = new ArrayList<>();
        addresses.forEach(address -> rows.add(new SettingsView.Told(address, quarantine.contains(address), release.contains(address))));
        for (int i = 0; i < EMPTY_ROWS; i++) {
            rows.add(new SettingsView.Told("", false, false));
        }
        return rows;
    }

    private static List<String> addresses(Map<String, Setting> all, String key) {
        Setting setting = all.get(key);
        return setting == null ? List.of() : Arrays.stream(setting.value().split(",")).map(String::strip).filter(each -> !each.isEmpty()).toList();
    }

    private SettingView field(Setting setting, String problem) {
        String key = setting.key();
        String help = "admin.setting." + key + ".help";
        List<Choice> choices = choices(key);
        Kind kind = switch (key) {
            case "warning.spam-flag" -> Kind.FLAG;
            case "notice.message" -> Kind.LINES;
            default -> choices.isEmpty() ? Kind.LINE : Kind.CHOICE;
        };
        String usual = shown(key, SettingsReader.keys().getOrDefault(key, ""));
        return new SettingView(key, t.say("admin.setting." + key), t.knows(help) ? t.say(help) : "", kind, shown(key, setting.value()),
            usual.isEmpty() || kind == Kind.FLAG ? "" : words(choices, usual), setting.changeable() ? "" : t.say("admin.settings.pinned"), problem,
            choices);
    }

    private static String words(List<Choice> choices, String value) {
        return choices.stream().filter(choice -> choice.value().equals(value)).map(Choice::words).findFirst().orElse(value);
    }

    private List<Choice> choices(String key) {
        if (key.startsWith("action.")) {
            return Arrays.stream(Action.values()).filter(action -> action != Action.DEFER || key.equals("action.failed"))
                .map(action -> choice("action", action)).toList();
        }
        return switch (key) {
            case "warning.distribution" -> all("distribution", Distribution.class);
            case "portal.mode" -> all("mode", RecipientMode.class);
            case "portal.scope" -> all("scope", DecisionScope.class);
            case "release.password" -> all("password", PasswordPlace.class);
            case "quota.when-full" -> all("when-full", WhenFull.class);
            case "lists.header-from", "lists.mail-from" -> all("trust", Trust.class);
            case "notice.language", "administrators.language" ->
                Arrays.stream(Language.values()).map(language -> new Choice(language.tag(), language.ownName())).toList();
            default -> List.of();
        };
    }

    private <E extends Enum<E>> List<Choice> all(String group, Class<E> values) {
        return Arrays.stream(values.getEnumConstants()).map(value -> choice(group, value)).toList();
    }

    private Choice choice(String group, Enum<?> value) {
        return new Choice(Keyword.of(value), t.say("admin.choice." + group + "." + Keyword.of(value)));
    }

    /** The prefix stands in quotes in the file, so that its last space is seen. */
    private static String shown(String key, String value) {
        boolean quoted = key.equals(PREFIX) && value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1).strip() : value;
    }

    private static String entered(String key, String text) {
        String value = text.replace("\r\n", "\n").strip();
        return key.equals(PREFIX) && !value.isEmpty() ? '"' + value + " \"" : value;
    }

    private static String problem(String key, List<Problem> problems) {
        return problems.stream().filter(problem -> problem.keys().contains(key)).map(Problem::explanation).findFirst().orElse("");
    }

    /** Problems of lines that have no field of their own are told where they are typed. */
    private String exceptionProblems(List<Problem> problems) {
        return String.join(" ", problems.stream().filter(problem -> problem.keys().stream().anyMatch(key -> !fields().contains(key)))
            .map(problem -> problem.explanation().startsWith("Allowed") ? String.join(", ", problem.keys()) + ": " + problem.explanation()
                : problem.explanation()).toList());
    }

    private SettingsView.Problem problem(Problem problem) {
        if (problem.keys().isEmpty()) {
            return new SettingsView.Problem("", "", problem.explanation());
        }
        String key = problem.keys().getFirst();
        boolean told = key.equals(QUARANTINE_NOTICES) || key.equals(RELEASE_NOTICES);
        String id = told ? TOLD : fields().contains(key) ? key.replace('.', '-') : EXCEPTIONS;
        return new SettingsView.Problem(id, label(key), problem.explanation());
    }

    private String label(String key) {
        return t.knows("admin.setting." + key) ? t.say("admin.setting." + key) : key;
    }

    /**
     * What was entered.
     *
     * @param lines    to be stored
     * @param problems of what cannot even be read
     */
    public record Entered(Map<String, String> lines, String exceptions, List<Problem> problems) {
    }

    /** The lines that a form says, over those that are stored: what has no field in it stays as it is. */
    public Entered read(Fields form) {
        Map<String, String> lines = new TreeMap<>(settings.stored());
        Map<String, Setting> all = new LinkedHashMap<>();
        settings.all().forEach(setting -> all.put(setting.key(), setting));
        for (String key : fields()) {
            Setting setting = all.get(key);
            if (setting != null && setting.changeable()) {
                if (key.equals(QUARANTINE_NOTICES) || key.equals(RELEASE_NOTICES)) {
                    lines.put(key, told(form, key.equals(QUARANTINE_NOTICES) ? "quarantine" : "release"));
                } else if (key.equals("warning.spam-flag")) {
                    lines.put(key, form.first(key).equals("true") ? "true" : "false");
                } else if (!form.all(key).isEmpty()) {
                    lines.put(key, entered(key, form.first(key)));
                }
            }
        }
        String exceptions = form.first(EXCEPTIONS).replace("\r\n", "\n");
        List<Problem> problems = new ArrayList<>();
        try {
            Map<String, String> typed = SettingsFile.lines(t.say("admin.setting.exceptions"), exceptions);
            lines.keySet().removeIf(key -> isException(key) && (all.get(key) == null || all.get(key).changeable()));
            typed.forEach((key, value) -> {
                if (SettingsReader.keys().containsKey(key) && RunTimeKeys.contain(key)) {
                    problems.add(new Problem(List.of(EXCEPTIONS), t.say("admin.setting.exceptions.own", key)));
                } else {
                    lines.put(key, value);
                }
            });
        } catch (SettingsException e) {
            problems.add(new Problem(List.of(EXCEPTIONS), e.explanation()));
        }
        return new Entered(lines, exceptions, problems);
    }

    private static String told(Fields form, String which) {
        Set<String> addresses = new LinkedHashSet<>();
        List<String> typed = form.all(TOLD);
        Set<String> marked = Set.copyOf(form.all(TOLD + "." + which));
        for (int row = 0; row < Math.min(typed.size(), MAX_ROWS); row++) {
            String address = typed.get(row).strip().toLowerCase(Locale.ROOT);
            if (!address.isEmpty() && marked.contains(Integer.toString(row))) {
                addresses.add(address);
            }
        }
        return String.join(", ", addresses);
    }

    /** The form again, with what was entered and why it cannot be saved. */
    public SettingsView again(long version, Entered entered, List<Problem> problems) {
        return view(version, entered.lines(), entered.exceptions(), problems);
    }

    /** What changes, for people. */
    public List<ChangeView> changes(Map<String, String> before, Map<String, String> after) {
        return settings.changes(before, after).stream().map(this::change).toList();
    }

    private ChangeView change(Change change) {
        String key = change.key();
        String label = label(key);
        return new ChangeView(key, label.equals(key) ? "" : label, change.before().map(value -> said(key, value)).orElse(""),
            change.after().map(value -> said(key, value)).orElse(""));
    }

    private String said(String key, String value) {
        return words(choices(key), shown(key, value));
    }

    /** A saved version, and what it changed. */
    public VersionView version(SettingsVersion version, Map<String, String> before, Views views) {
        return new VersionView(version.number(), views.date(version.at()), version.at().toString(), version.author().name(), version.comment(),
            version.number() == settings.version(), changes(before, version.lines()));
    }
}
