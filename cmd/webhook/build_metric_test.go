package main

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"corewarden/buildinfo"
)

func TestAMetricTellsTheBuild(t *testing.T) {
	t.Parallel()
	const want = `# HELP corewarden_build_info Which build of Corewarden this is; the value is always 1.
# TYPE corewarden_build_info gauge
corewarden_build_info{goversion="go1.26.8",revision="0123abc",version="v1.2.3"} 1
`
	build := buildinfo.Info{Version: "v1.2.3", Revision: "0123abc", GoVersion: "go1.26.8"}
	if err := testutil.CollectAndCompare(buildMetric(build), strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}
