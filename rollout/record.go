package rollout

import (
	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// recordOf returns what is kept on w.
func recordOf(w workload) plan.Record {
	a := w.object().GetAnnotations()
	return plan.Record{Completed: a[extraconfig.CompletedAnnotation], Braked: a[extraconfig.BrakedAnnotation]}
}

// annotationsOf returns the annotations that hold a record.
func annotationsOf(r plan.Record) map[string]string {
	a := map[string]string{}
	for name, value := range map[string]string{extraconfig.CompletedAnnotation: r.Completed, extraconfig.BrakedAnnotation: r.Braked} {
		if value != "" {
			a[name] = value
		}
	}
	return a
}
