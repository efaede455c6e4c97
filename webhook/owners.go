package webhook

import (
	"bytes"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"corewarden/extraconfig"
)

// ownersOf returns the field managers that own keys of a ConfigMap, from the API server's
// record of them.
func ownersOf(entries []metav1.ManagedFieldsEntry) []extraconfig.Owner {
	var owners []extraconfig.Owner
	for _, entry := range entries {
		manager, fields := managerOf(entry)
		owner := extraconfig.Owner{Manager: manager}
		for field := range keysIn(fields).All() {
			owner.Keys = append(owner.Keys, *field[1].FieldName)
		}
		if len(owner.Keys) > 0 {
			slices.Sort(owner.Keys)
			owners = append(owners, owner)
		}
	}
	return owners
}

// managerOf returns an entry's manager and the fields that it owns: none where they cannot
// be read.
func managerOf(entry metav1.ManagedFieldsEntry) (extraconfig.Manager, *fieldpath.Set) {
	manager := extraconfig.Manager{Name: entry.Manager, Applies: entry.Operation == metav1.ManagedFieldsOperationApply}
	fields := &fieldpath.Set{}
	if entry.FieldsV1 == nil || entry.APIVersion != "v1" || entry.Subresource != "" {
		return manager, fields
	}
	if err := fields.FromJSON(bytes.NewReader(entry.FieldsV1.GetRawBytes())); err != nil {
		return manager, &fieldpath.Set{}
	}
	return manager, fields
}

// keysIn returns those fields that are keys: data.NAME and binaryData.NAME.
func keysIn(fields *fieldpath.Set) *fieldpath.Set {
	keys := &fieldpath.Set{}
	for field := range fields.All() {
		if len(field) == 2 && field[1].FieldName != nil && (isField(field[0], "data") || isField(field[0], "binaryData")) {
			keys.Insert(field.Copy())
		}
	}
	return keys
}

func isField(element fieldpath.PathElement, name string) bool {
	return element.FieldName != nil && *element.FieldName == name
}

// record returns the API server's record of field managers with the owners of cm in it.
// An owner that has no entry any more gets back the one that it had before.
func record(cm extraconfig.ConfigMap, after, before []metav1.ManagedFieldsEntry) ([]metav1.ManagedFieldsEntry, error) {
	missing := map[extraconfig.Manager][]string{}
	for _, o := range cm.Owners {
		missing[o.Manager] = o.Keys
	}
	var entries []metav1.ManagedFieldsEntry
	for _, entry := range after {
		manager, fields := managerOf(entry)
		if !fields.Empty() {
			fields = fields.Difference(keysIn(fields)).Union(fieldsOf(cm, missing[manager]))
			delete(missing, manager)
			if fields.Empty() {
				continue // as the API server does
			}
			if err := setFields(&entry, fields); err != nil {
				return nil, err
			}
		}
		entries = append(entries, entry)
	}
	for _, entry := range before {
		manager, fields := managerOf(entry)
		keys, lost := missing[manager]
		if !lost || fields.Empty() {
			continue
		}
		delete(missing, manager)
		if err := setFields(&entry, fieldsOf(cm, keys)); err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

func fieldsOf(cm extraconfig.ConfigMap, keys []string) *fieldpath.Set {
	fields := &fieldpath.Set{}
	for _, key := range keys {
		field := "data"
		if _, binary := cm.BinaryData[key]; binary {
			field = "binaryData"
		}
		fields.Insert(fieldpath.MakePathOrDie(field, key))
	}
	return fields
}

func setFields(entry *metav1.ManagedFieldsEntry, fields *fieldpath.Set) error {
	text, err := fields.ToJSON()
	if err != nil {
		return err
	}
	entry.FieldsV1 = metav1.NewFieldsV1(string(text))
	return nil
}

// sameRecord reports whether two records say the same, but for the times.
func sameRecord(a, b []metav1.ManagedFieldsEntry) bool {
	if len(a) != len(b) {
		return false
	}
	said := map[string]*fieldpath.Set{}
	who := func(e metav1.ManagedFieldsEntry) string {
		return fmt.Sprintf("%q %q %q %q", e.Manager, e.Operation, e.APIVersion, e.Subresource)
	}
	for _, entry := range a {
		_, said[who(entry)] = managerOf(entry)
	}
	return !slices.ContainsFunc(b, func(entry metav1.ManagedFieldsEntry) bool {
		_, fields := managerOf(entry)
		return said[who(entry)] == nil || !said[who(entry)].Equals(fields)
	})
}
