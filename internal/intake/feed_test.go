package intake_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/intake"
)

func TestReadFeed(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 3, 4, 5, 30, 0, 0, time.UTC)
	want := intake.Feed{
		Title: "Harbour Post",
		Items: []intake.Item{
			{ID: "post-1", URL: "https://post.example/ferry?id=1", Title: "Ferry & lock", Summary: "The ferry stopped.", Author: "A. Writer", Published: at},
			{ID: "https://post.example/2", URL: "https://post.example/2", Title: "Second"},
		},
		More: 1,
	}
	for name, body := range map[string]string{
		"RSS": `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Post</title>
			<item><guid isPermaLink="false">post-1</guid><link>/ferry?utm_source=rss&amp;id=1&amp;fbclid=x#top</link><title>Ferry &amp;amp; lock</title>
			<description>&lt;p&gt;The &lt;b&gt;ferry&lt;/b&gt; stopped.&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;</description><dc:creator>A. Writer</dc:creator><pubDate>Mon, 04 Mar 2024 09:30:00 +0400</pubDate></item>
			<item><link>https://post.example/2</link><title>Second</title></item>
			<item><link>https://post.example/2#again</link><title>Second again</title></item>
			<item><link>javascript:alert(1)</link><title>None</title></item></channel></rss>`,
		"Atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour Post</title>
			<entry><id>post-1</id><link href="https://post.example/ferry?id=1&amp;utm_medium=x"/><title type="html">Ferry &amp;amp; lock</title>
			<summary>The ferry stopped.</summary><author><name>A. Writer</name></author><published>2024-03-04T09:30:00+04:00</published></entry>
			<entry><id></id><link href="2"/><title>Second</title></entry><entry><id>x</id><title>None</title></entry></feed>`,
		"JSON": `{"version":"https://jsonfeed.org/version/1.1","title":"Harbour Post","items":[
			{"id":"post-1","url":"https://post.example/ferry?id=1","title":"Ferry & lock","content_html":"<p>The ferry stopped.","authors":[{"name":"A. Writer"}],"date_published":"2024-03-04T09:30:00+04:00"},
			{"id":"https://post.example/2","url":"https://post.example/2","title":"Second"},{"id":"x","title":"None"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := intake.ReadFeed([]byte(body), "https://post.example/feed")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("feed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadFeedBounds(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("<rss version='2.0'><channel><title>x</title>")
	for i := range intake.MaxItems + 5 {
		fmt.Fprintf(&b, "<item><link>https://post.example/%d</link><description>%s</description></item>", i, strings.Repeat("ж ", 2000))
	}
	b.WriteString("</channel></rss>")
	got, err := intake.ReadFeed([]byte(b.String()), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Items) != intake.MaxItems || got.More != 5 {
		t.Errorf("%d items, %d more", len(got.Items), got.More)
	}
	if n := len([]rune(got.Items[0].Summary)); n > 1000 || !strings.HasSuffix(got.Items[0].Summary, "…") {
		t.Errorf("a summary of %d characters", n)
	}
	for name, body := range map[string]string{
		"no feed":   "<html><p>x</html>",
		"empty":     "",
		"broken":    "<rss><channel><item>",
		"deep":      "<rss version='2.0' xmlns:a='b'><channel>" + strings.Repeat("<a:x>", 500_000),
		"expansion": `<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel><title>&b;</title>`,
	} {
		if feed, err := intake.ReadFeed([]byte(body), ""); !errors.Is(err, intake.ErrMalformed) {
			t.Errorf("%s: %+v, %v, want ErrMalformed", name, feed, err)
		}
	}
	if _, err := intake.ReadFeed(make([]byte, intake.MaxFetched+1), ""); !errors.Is(err, intake.ErrTooLarge) {
		t.Errorf("error = %v, want ErrTooLarge", err)
	}
}

func FuzzReadFeed(f *testing.F) {
	f.Add([]byte("<rss version='2.0'><channel><item><guid>x</guid><link>https://a.example/</link></item></channel></rss>"))
	f.Add([]byte("<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='https://a.example/'/><title type='xhtml'><div>x</div></title></entry></feed>"))
	f.Add([]byte(`{"version":"1","items":[{"url":"https://a.example/"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		feed, err := intake.ReadFeed(body, "https://a.example/feed")
		if err != nil {
			return
		}
		for _, i := range feed.Items {
			if i.ID == "" || !strings.HasPrefix(i.URL, "http://") && !strings.HasPrefix(i.URL, "https://") || strings.ContainsAny(i.Title+i.Summary+i.Author, "\n\x00") {
				t.Errorf("item %+v", i)
			}
		}
	})
}
