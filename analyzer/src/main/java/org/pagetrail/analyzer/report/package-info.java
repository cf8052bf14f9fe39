/** Results as text, JSON, JUnit XML, GitHub annotations and Markdown: pure functions of the results. */
package org.pagetrail.analyzer.report;
