package org.pagetrail.analyzer.report;

import java.io.StringWriter;
import java.util.List;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.analyzer.verify.Verdict;
import org.pagetrail.traces.event.TraceEnding;

/**
 * A verdict as a JUnit report: one test case an invariant, failed when it is violated.
 *
 * <p>Of a trace that is not complete, the rest of its recording is one more test case, skipped. A violation that is not to fail the build is told in the output of a test case that passed. Times are 0: a report says the
 * same for the same trace.
 */
public final class VerdictJUnit {
    private static final String SUITE = "pagetrail verify";
    private static final int FAMILY_LETTERS = 3;

    private VerdictJUnit() {}

    /**
     * The document.
     *
     * @param least the least severity that fails a test case, null for none
     */
    public static String of(Verdict verdict, Severity least) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            write(xml, verdict, least);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("text in memory can be written", e);
        }
        return text.append('\n').toString();
    }

    private static boolean fails(Invariant invariant, Severity least) {
        return least != null && invariant.severity().compareTo(least) >= 0;
    }

    private static void write(XMLStreamWriter xml, Verdict verdict, Severity least) throws XMLStreamException {
        long failures = verdict.checked().stream()
                .filter(invariant ->
                        fails(invariant, least) && !verdict.of(invariant).isEmpty())
                .count();
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", SUITE);
        boolean part = verdict.ending() != TraceEnding.COMPLETE;
        xml.writeAttribute("tests", Integer.toString(verdict.checked().size() + (part ? 1 : 0)));
        xml.writeAttribute("failures", Long.toString(failures));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute("skipped", part ? "1" : "0");
        xml.writeAttribute("time", "0");
        if (part) {
            xml.writeCharacters("\n  ");
            rest(xml, Wording.note(verdict));
        }
        for (Invariant invariant : verdict.checked()) {
            xml.writeCharacters("\n  ");
            testCase(xml, invariant, verdict.of(invariant), least);
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    /** What could not be judged, as a test case that was skipped. */
    private static void rest(XMLStreamWriter xml, String note) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "pagetrail.trace");
        xml.writeAttribute("name", "the rest of the recording");
        xml.writeAttribute("time", "0");
        xml.writeCharacters("\n    ");
        xml.writeStartElement("skipped");
        xml.writeAttribute("message", note);
        xml.writeEndElement();
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
    }

    private static void testCase(XMLStreamWriter xml, Invariant invariant, List<Violation> violations, Severity least)
            throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "pagetrail." + invariant.id().substring(0, FAMILY_LETTERS));
        xml.writeAttribute("name", invariant.id() + " " + clean(invariant.holds()));
        xml.writeAttribute("time", "0");
        if (!violations.isEmpty()) {
            Violation first = violations.get(0);
            boolean fails = fails(invariant, least);
            xml.writeCharacters("\n    ");
            xml.writeStartElement(fails ? "failure" : "system-out");
            if (fails) {
                String more = violations.size() == 1 ? "" : ", and " + (violations.size() - 1) + " more";
                xml.writeAttribute("type", invariant.id());
                xml.writeAttribute(
                        "message", clean("expected " + first.expected() + "; found " + first.found() + more));
            }
            xml.writeCharacters(
                    clean(violations.stream().map(VerdictJUnit::text).collect(Collectors.joining("\n\n"))));
            xml.writeEndElement();
            xml.writeCharacters("\n  ");
        }
        xml.writeEndElement();
    }

    private static String text(Violation violation) {
        return Wording.evidence(violation).stream()
                .map(line -> line[0] + ": " + line[1])
                .collect(Collectors.joining("\n"));
    }

    /** Without the characters that XML 1.0 has no way to write (section 2.2). */
    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean allowed = c == '\t'
                    || c == '\n'
                    || c == '\r'
                    || c >= 0x20 && c <= 0xd7ff
                    || c >= 0xe000 && c <= 0xfffd
                    || c >= 0x10000;
            clean.appendCodePoint(allowed ? c : 0xfffd);
        });
        return clean.toString();
    }
}
