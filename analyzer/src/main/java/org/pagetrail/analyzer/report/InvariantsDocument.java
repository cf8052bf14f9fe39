package org.pagetrail.analyzer.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pagetrail.analyzer.rule.Invariant;

/** The reference of all invariants, {@code docs/invariants.md}. */
public final class InvariantsDocument {
    private static final Map<String, String> FAMILIES = new LinkedHashMap<>();

    static {
        FAMILIES.put("LAY", "Layout");
        FAMILIES.put("PRT", "Protection");
        FAMILIES.put("ENT", "Entries");
        FAMILIES.put("FRM", "Page frames");
        FAMILIES.put("TLB", "Cached translations");
        FAMILIES.put("FLT", "Faults");
        FAMILIES.put("ORD", "Order");
        FAMILIES.put("TRC", "The trace");
    }

    private InvariantsDocument() {}

    /** The document. */
    public static String text(List<Invariant> invariants) {
        StringBuilder text = new StringBuilder("""
                # Invariants

                <!-- Made from the rules by a test: mvn -pl analyzer -am test -Dtest=InvariantsDocumentTest -Dgolden.update
                     -Dsurefire.failIfNoSpecifiedTests=false -->

                What `pagetrail verify` judges a trace by. Each is judged by the plan in the trace's header and by the state that the
                events make, never by what recorded them. Ids are never given to another invariant.

                *Effective* rights are those of all levels of a walk together. *The switch* is the first write of CR3 in step S5 that
                replaces the directory; the directory that it leaves is judged no more, unless it is loaded again. When S5 ends without
                a switch, the plan is in force all the same. Bits A and D never count as a difference.
                """);
        FAMILIES.forEach((family, title) -> {
            text.append("\n## ").append(title).append("\n\n");
            text.append("| id | severity | holds | why | when | source |\n|---|---|---|---|---|---|\n");
            for (Invariant invariant : invariants) {
                if (invariant.id().startsWith(family)) {
                    row(text, invariant);
                }
            }
        });
        return text.toString();
    }

    private static void row(StringBuilder text, Invariant invariant) {
        text.append("| ")
                .append(invariant.id())
                .append(" | ")
                .append(Wording.severity(invariant.severity()))
                .append(" | ")
                .append(VerdictMarkdown.escaped(invariant.holds()))
                .append(" | ")
                .append(VerdictMarkdown.escaped(invariant.reason()))
                .append(" | ")
                .append(VerdictMarkdown.escaped(invariant.when()))
                .append(" | ")
                .append(VerdictMarkdown.escaped(invariant.source()))
                .append(" |\n");
    }

    /** The families of ids that the document has a heading for. */
    static List<String> families() {
        return List.copyOf(FAMILIES.keySet());
    }
}
