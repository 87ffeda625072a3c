# Tries Backblaze's own library against a server: URL KEY-ID APPLICATION-KEY FOLDER
import io
import os
import sys

from b2sdk.v2 import B2Api, InMemoryAccountInfo, UploadSourceLocalFile
from b2sdk.v2.exception import DuplicateBucketName, FileAlreadyHidden, FileNotPresent, RestrictedBucket

url, key_id, application_key, folder = sys.argv[1:]


def refused(kind, call):
    try:
        call()
    except kind:
        return
    raise AssertionError('expected ' + kind.__name__)


api = B2Api(InMemoryAccountInfo())
api.authorize_account(url, key_id, application_key)
bucket = api.create_bucket('library-bucket', 'allPrivate')
refused(DuplicateBucketName, lambda: api.create_bucket('library-bucket', 'allPrivate'))

small = bucket.upload_bytes(b'small', 'a/small', file_infos={'note': 'grün'})
assert bucket.get_file_info_by_name('a/small').file_info == {'note': 'grün'}

content = os.urandom(12_000_000)
path = os.path.join(folder, 'library-file')
with open(path, 'wb') as file:
    file.write(content)
large = bucket.upload(UploadSourceLocalFile(path), 'a/large', min_part_size=5_000_000)
# Of the whole of a large file the server knows no SHA-1.
assert large.size == 12_000_000 and large.content_sha1 in (None, 'none'), (large.size, large.content_sha1)


def read(name, **options):
    into = io.BytesIO()
    bucket.download_file_by_name(name, **options).save(into)
    return into.getvalue()


assert read('a/large') == content
assert read('a/large', range_=(10, 19)) == content[10:20]
copied = bucket.copy(large.id_, 'copied', offset=5, length=7_000_000)
assert read('copied') == content[5:7_000_005]

assert [version.file_name for version, _ in bucket.ls(recursive=True)] == ['a/large', 'a/small', 'copied']
assert [folder for _, folder in bucket.ls()] == ['a/', None]
bucket.hide_file('a/small')
refused(FileAlreadyHidden, lambda: bucket.hide_file('a/small'))
refused(FileNotPresent, lambda: bucket.download_file_by_name('a/small'))
versions = [(version.file_name, version.action) for version, _ in bucket.ls(recursive=True, latest_only=False)]
assert versions == [('a/large', 'upload'), ('a/small', 'hide'), ('a/small', 'upload'), ('copied', 'upload')], versions

key = api.create_key(['listBuckets', 'listFiles', 'readFiles'], 'limited', 3600, bucket.id_, 'a/')
limited = B2Api(InMemoryAccountInfo())
limited.authorize_account(url, key.id_, key.application_key)
refused(RestrictedBucket, lambda: limited.get_bucket_by_name('clients-bucket'))
assert limited.get_bucket_by_name('library-bucket').id_ == bucket.id_
api.delete_key(key)

for version, _ in bucket.ls(recursive=True, latest_only=False):
    api.delete_file_version(version.id_, version.file_name)
api.delete_bucket(bucket)
