package webhook

import (
	"bytes"
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
		owner, fields := ownerOf(entry)
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

// ownerOf returns an entry's manager, yet without keys, and the fields that it owns: none
// where they cannot be read.
func ownerOf(entry metav1.ManagedFieldsEntry) (extraconfig.Owner, *fieldpath.Set) {
	owner := extraconfig.Owner{Manager: entry.Manager, Applies: entry.Operation == metav1.ManagedFieldsOperationApply}
	fields := &fieldpath.Set{}
	if entry.FieldsV1 == nil || entry.APIVersion != "v1" || entry.Subresource != "" {
		return owner, fields
	}
	if err := fields.FromJSON(bytes.NewReader(entry.FieldsV1.GetRawBytes())); err != nil {
		return owner, &fieldpath.Set{}
	}
	return owner, fields
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
	var entries []metav1.ManagedFieldsEntry
	missing := slices.Clone(cm.Owners)
	for _, entry := range after {
		owner, fields := ownerOf(entry)
		if !fields.Empty() {
			if i := slices.IndexFunc(missing, owner.Is); i >= 0 {
				owner.Keys = missing[i].Keys
				missing = slices.Delete(missing, i, i+1)
			}
			fields = fields.Difference(keysIn(fields)).Union(fieldsOf(cm, owner.Keys))
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
		owner, _ := ownerOf(entry)
		if i := slices.IndexFunc(missing, owner.Is); i >= 0 {
			if err := setFields(&entry, fieldsOf(cm, missing[i].Keys)); err != nil {
				return nil, err
			}
			entries = append(entries, entry)
			missing = slices.Delete(missing, i, i+1)
		}
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
	return len(a) == len(b) && !slices.ContainsFunc(a, func(entry metav1.ManagedFieldsEntry) bool {
		entry.Time = nil
		return !slices.ContainsFunc(b, func(other metav1.ManagedFieldsEntry) bool {
			other.Time = nil
			return sameEntry(entry, other)
		})
	})
}

func sameEntry(a, b metav1.ManagedFieldsEntry) bool {
	ownerA, fieldsA := ownerOf(a)
	ownerB, fieldsB := ownerOf(b)
	return ownerA.Is(ownerB) && a.APIVersion == b.APIVersion && a.Subresource == b.Subresource && fieldsA.Equals(fieldsB)
}
